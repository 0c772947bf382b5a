"""What is asked of Shopify's Admin API, in GraphQL."""

from __future__ import annotations

_MONEY = "{ shopMoney { amount currencyCode } }"
_ADDRESS = "{ name address1 address2 city province zip countryCodeV2 }"
_ORDER = f"""
fragment OrderFields on Order {{
  id name createdAt cancelledAt displayFinancialStatus displayFulfillmentStatus returnStatus paymentGatewayNames note
  customer {{ id }}
  totalPriceSet {_MONEY}
  currentTotalPriceSet {_MONEY}
  totalReceivedSet {_MONEY}
  totalRefundedSet {_MONEY}
  totalShippingPriceSet {_MONEY}
  shippingLine {{ title }}
  shippingAddress {_ADDRESS}
  lineItems(first: 100) {{
    nodes {{
      id title quantity: currentQuantity
      variant {{ id product {{ id }} selectedOptions {{ name value }} }}
      discountedUnitPriceSet {_MONEY}
    }}
  }}
  returns(first: 10) {{ nodes {{ exchangeLineItems(first: 1) {{ nodes {{ id }} }} }} }}
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
RETURNS = """
query Returns($id: ID!) {
  order(id: $id) {
    returns(first: 20) { nodes {
      status
      exchangeLineItems(first: 1) { nodes { id } }
      returnLineItems(first: 20) { nodes { quantity ... on ReturnLineItem { fulfillmentLineItem { id } } } }
    }}
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
CREATE_RETURN = """
mutation CreateReturn($input: ReturnInput!) {
  returnCreate(returnInput: $input) {
    return { id status }
    userErrors { field message }
  }
}
"""
BEGIN_EDIT = """
mutation BeginEdit($id: ID!) {
  orderEditBegin(id: $id) {
    calculatedOrder { id lineItems(first: 100) { nodes { id quantity } } }
    userErrors { field message }
  }
}
"""
SET_QUANTITY = """
mutation SetQuantity($id: ID!, $lineItemId: ID!, $quantity: Int!) {
  orderEditSetQuantity(id: $id, lineItemId: $lineItemId, quantity: $quantity, restock: true) {
    calculatedOrder { id }
    userErrors { field message }
  }
}
"""
ADD_VARIANT = """
mutation AddVariant($id: ID!, $variantId: ID!, $quantity: Int!) {
  orderEditAddVariant(id: $id, variantId: $variantId, quantity: $quantity, allowDuplicates: true) {
    calculatedOrder { id }
    userErrors { field message }
  }
}
"""
COMMIT_EDIT = """
mutation CommitEdit($id: ID!, $staffNote: String!) {
  orderEditCommit(id: $id, notifyCustomer: true, staffNote: $staffNote) {
    order { id }
    userErrors { field message }
  }
}
"""
PAYMENTS = """
query Payments($id: ID!) {
  order(id: $id) {
    transactions(first: 50) { id kind status gateway }
    refunds(first: 50) { note }
  }
}
"""
REFUND = """
mutation Refund($input: RefundInput!) {
  refundCreate(input: $input) {
    refund { id }
    userErrors { field message }
  }
}
"""
