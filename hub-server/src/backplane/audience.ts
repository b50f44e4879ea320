/** Who receives a message, as data: the same for a local delivery and for one through a backplane. */
export type Audience =
  | { readonly kind: 'all'; readonly except?: readonly string[] }
  | { readonly kind: 'connections'; readonly connectionIds: readonly string[] }
  | { readonly kind: 'groups'; readonly groups: readonly string[]; readonly except?: readonly string[] }
  | { readonly kind: 'users'; readonly userIds: readonly string[] };
