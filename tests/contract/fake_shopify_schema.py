"""The part of the Shopify Admin API's public GraphQL schema that is used."""

from __future__ import annotations

from graphql import build_schema

SCHEMA = build_schema("""
scalar DateTime
scalar Decimal
scalar Money
enum OrderCancelReason { CUSTOMER DECLINED FRAUD INVENTORY OTHER STAFF }
enum OrderSortKeys { CREATED_AT ID }
enum ReturnReason { COLOR DEFECTIVE NOT_AS_DESCRIBED OTHER SIZE_TOO_LARGE SIZE_TOO_SMALL STYLE UNKNOWN UNWANTED WRONG_ITEM }
type MoneyV2 { amount: Decimal! currencyCode: String! }
type MoneyBag { shopMoney: MoneyV2! }
type MailingAddress { id: ID! name: String address1: String address2: String city: String province: String zip: String countryCodeV2: String }
type PageInfo { hasNextPage: Boolean! endCursor: String }
type SelectedOption { name: String! value: String! }
type Product { id: ID! title: String! }
type ProductVariant { id: ID! price: Money! availableForSale: Boolean! selectedOptions: [SelectedOption!]! product: Product! }
type LineItem { id: ID! title: String! quantity: Int! currentQuantity: Int! variant: ProductVariant discountedUnitPriceSet: MoneyBag! }
type LineItemConnection { nodes: [LineItem!]! }
type FulfillmentTrackingInfo { company: String number: String }
type FulfillmentLineItem { id: ID! quantity: Int lineItem: LineItem! }
type FulfillmentLineItemConnection { nodes: [FulfillmentLineItem!]! }
type Fulfillment { displayStatus: String deliveredAt: DateTime estimatedDeliveryAt: DateTime
  trackingInfo(first: Int): [FulfillmentTrackingInfo!]! fulfillmentLineItems(first: Int): FulfillmentLineItemConnection! }
type CustomerEmailAddress { emailAddress: String! }
type Customer { id: ID! displayName: String! defaultEmailAddress: CustomerEmailAddress defaultAddress: MailingAddress }
type ShippingLine { title: String! }
type Order { id: ID! name: String! createdAt: DateTime! cancelledAt: DateTime displayFinancialStatus: String displayFulfillmentStatus: String!
  returnStatus: String! paymentGatewayNames: [String!]! customer: Customer totalPriceSet: MoneyBag! totalReceivedSet: MoneyBag!
  totalRefundedSet: MoneyBag! totalShippingPriceSet: MoneyBag! shippingLine: ShippingLine shippingAddress: MailingAddress
  currentTotalPriceSet: MoneyBag! note: String returns(first: Int): ReturnConnection! transactions(first: Int): [OrderTransaction!]!
  refunds(first: Int): [Refund!]!
  lineItems(first: Int): LineItemConnection! fulfillments(first: Int): [Fulfillment!]! }
enum OrderTransactionKind { AUTHORIZATION CAPTURE REFUND SALE VOID }
enum OrderTransactionStatus { ERROR FAILURE PENDING SUCCESS }
type OrderTransaction { id: ID! kind: OrderTransactionKind! status: OrderTransactionStatus! gateway: String }
type Refund { id: ID! note: String }
type ExchangeLineItem { id: ID! }
type ExchangeLineItemConnection { nodes: [ExchangeLineItem!]! }
type ReturnConnection { nodes: [Return!]! }
type CalculatedLineItem { id: ID! quantity: Int! }
type CalculatedLineItemConnection { nodes: [CalculatedLineItem!]! }
type CalculatedOrder { id: ID! lineItems(first: Int): CalculatedLineItemConnection! }
type OrderConnection { nodes: [Order!]! pageInfo: PageInfo! }
type CustomerConnection { nodes: [Customer!]! pageInfo: PageInfo! }
type ProductConnection { nodes: [Product!]! pageInfo: PageInfo! }
type ProductVariantConnection { nodes: [ProductVariant!]! pageInfo: PageInfo! }
type Job { id: ID! done: Boolean! }
type Query {
  orders(first: Int, after: String, query: String, sortKey: OrderSortKeys, reverse: Boolean): OrderConnection!
  customer(id: ID!): Customer
  customers(first: Int, after: String, query: String): CustomerConnection!
  products(first: Int, after: String): ProductConnection!
  productVariants(first: Int, after: String, query: String): ProductVariantConnection!
  job(id: ID!): Job
  order(id: ID!): Order
}
type UserError { field: [String!] message: String! }
type OrderCancelPayload { job: Job orderCancelUserErrors: [UserError!]! }
type OrderUpdatePayload { order: Order userErrors: [UserError!]! }
type AddressPayload { address: MailingAddress userErrors: [UserError!]! }
interface ReturnLineItemType { id: ID! quantity: Int! }
type ReturnLineItem implements ReturnLineItemType { id: ID! quantity: Int! fulfillmentLineItem: FulfillmentLineItem! }
type ReturnLineItemTypeConnection { nodes: [ReturnLineItemType!]! }
type Return { id: ID! status: String! exchangeLineItems(first: Int): ExchangeLineItemConnection!
  returnLineItems(first: Int): ReturnLineItemTypeConnection! }
type OrderEditPayload { calculatedOrder: CalculatedOrder userErrors: [UserError!]! }
type OrderEditCommitPayload { order: Order userErrors: [UserError!]! }
type RefundCreatePayload { refund: Refund userErrors: [UserError!]! }
type ReturnCreatePayload { return: Return userErrors: [UserError!]! }
type ReturnRequestPayload { return: Return userErrors: [UserError!]! }
input OrderCancelRefundMethodInput { originalPaymentMethodsRefund: Boolean }
input MailingAddressInput { firstName: String lastName: String address1: String address2: String city: String province: String zip: String countryCode: String }
input OrderInput { id: ID! note: String shippingAddress: MailingAddressInput }
input ReturnRequestLineItemInput { fulfillmentLineItemId: ID! quantity: Int! returnReason: ReturnReason customerNote: String }
enum CurrencyCode { EUR USD }
input MoneyInput { amount: Decimal! currencyCode: CurrencyCode! }
input ReturnShippingFeeInput { amount: MoneyInput! }
input ReturnRequestInput { orderId: ID! returnLineItems: [ReturnRequestLineItemInput!]! returnShippingFee: ReturnShippingFeeInput }
input ReturnLineItemInput { fulfillmentLineItemId: ID! quantity: Int! returnReason: ReturnReason! returnReasonNote: String }
input ExchangeLineItemInput { variantId: ID! quantity: Int! }
input ReturnInput { orderId: ID! returnLineItems: [ReturnLineItemInput!]! exchangeLineItems: [ExchangeLineItemInput!] }
input OrderTransactionInput { orderId: ID! parentId: ID gateway: String! kind: OrderTransactionKind! amount: Money! }
input RefundInput { orderId: ID! note: String transactions: [OrderTransactionInput!] }
type Mutation {
  orderCancel(orderId: ID!, reason: OrderCancelReason!, restock: Boolean!, notifyCustomer: Boolean, refundMethod: OrderCancelRefundMethodInput, staffNote: String): OrderCancelPayload
  orderUpdate(input: OrderInput!): OrderUpdatePayload
  customerAddressUpdate(customerId: ID!, addressId: ID!, address: MailingAddressInput!, setAsDefault: Boolean): AddressPayload
  customerAddressCreate(customerId: ID!, address: MailingAddressInput!, setAsDefault: Boolean): AddressPayload
  returnRequest(input: ReturnRequestInput!): ReturnRequestPayload
  returnCreate(returnInput: ReturnInput!): ReturnCreatePayload
  refundCreate(input: RefundInput!): RefundCreatePayload
  orderEditBegin(id: ID!): OrderEditPayload
  orderEditSetQuantity(id: ID!, lineItemId: ID!, quantity: Int!, restock: Boolean): OrderEditPayload
  orderEditAddVariant(id: ID!, variantId: ID!, quantity: Int!, allowDuplicates: Boolean): OrderEditPayload
  orderEditCommit(id: ID!, notifyCustomer: Boolean, staffNote: String): OrderEditCommitPayload
}
""")
