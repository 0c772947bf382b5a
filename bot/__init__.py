"""What faces the shopper and the owner: the gateway, the widget, the terminal client."""
