"""The service desk: what shoppers want done with their orders, from the first word to the changed row."""
