"""What is asked of Shopify's Admin API, in GraphQL."""

from __future__ import annotations

_MONEY = "{ shopMoney { amount currencyCode } }"
_ADDRESS = "{ name address1 address2 city province zip countryCodeV2 }"
_ORDER = f"""
fragment OrderFields on Order {{
  id name createdAt cancelledAt displayFinancialStatus displayFulfillmentStatus returnStatus paymentGatewayNames
  customer {{ id }}
  totalPriceSet {_MONEY}
  totalReceivedSet {_MONEY}
  totalRefundedSet {_MONEY}
  totalShippingPriceSet {_MONEY}
  shippingLine {{ title }}
  shippingAddress {_ADDRESS}
  lineItems(first: 100) {{
    nodes {{
      id title quantity
      variant {{ id product {{ id }} selectedOptions {{ name value }} }}
      discountedUnitPriceSet {_MONEY}
    }}
  }}
  fulfillments(first: 20) {{
    displayStatus deliveredAt estimatedDeliveryAt
    trackingInfo(first: 1) {{ company number }}
    fulfillmentLineItems(first: 100) {{ nodes {{ id quantity lineItem {{ id }} }} }}
  }}
}}
"""
_CUSTOMER = """
fragment CustomerFields on Customer {
  id displayName
  defaultEmailAddress { emailAddress }
  defaultAddress { id name address1 address2 city province zip countryCodeV2 }
}
"""
ORDERS = (
    """
query Orders($query: String!, $after: String) {
  orders(first: 50, after: $after, query: $query, sortKey: CREATED_AT, reverse: true) {
    nodes { ...OrderFields }
    pageInfo { hasNextPage endCursor }
  }
}
"""
    + _ORDER
)
CUSTOMER = "query Customer($id: ID!) { customer(id: $id) { ...CustomerFields } }" + _CUSTOMER
CUSTOMERS = (
    """
query Customers($query: String!, $after: String) {
  customers(first: 50, after: $after, query: $query) {
    nodes { ...CustomerFields }
    pageInfo { hasNextPage endCursor }
  }
}
"""
    + _CUSTOMER
)
PRODUCTS = """
query Products($after: String) {
  products(first: 100, after: $after) {
    nodes { id title }
    pageInfo { hasNextPage endCursor }
  }
}
"""
VARIANTS = """
query Variants($query: String!, $after: String) {
  productVariants(first: 100, after: $after, query: $query) {
    nodes { id price availableForSale selectedOptions { name value } product { id title } }
    pageInfo { hasNextPage endCursor }
  }
}
"""
JOB = "query Job($id: ID!) { job(id: $id) { id done } }"
CANCEL = """
mutation Cancel($orderId: ID!, $staffNote: String!) {
  orderCancel(
    orderId: $orderId
    reason: CUSTOMER
    restock: true
    notifyCustomer: true
    refundMethod: { originalPaymentMethodsRefund: true }
    staffNote: $staffNote
  ) {
    job { id done }
    orderCancelUserErrors { field message }
  }
}
"""
UPDATE_ORDER = """
mutation UpdateOrder($input: OrderInput!) {
  orderUpdate(input: $input) {
    order { id }
    userErrors { field message }
  }
}
"""
UPDATE_ADDRESS = """
mutation UpdateAddress($customerId: ID!, $addressId: ID!, $address: MailingAddressInput!) {
  customerAddressUpdate(customerId: $customerId, addressId: $addressId, address: $address, setAsDefault: true) {
    address { id }
    userErrors { field message }
  }
}
"""
CREATE_ADDRESS = """
mutation CreateAddress($customerId: ID!, $address: MailingAddressInput!) {
  customerAddressCreate(customerId: $customerId, address: $address, setAsDefault: true) {
    address { id }
    userErrors { field message }
  }
}
"""
REQUEST_RETURN = """
mutation RequestReturn($input: ReturnRequestInput!) {
  returnRequest(input: $input) {
    return { id status }
    userErrors { field message }
  }
}
"""
