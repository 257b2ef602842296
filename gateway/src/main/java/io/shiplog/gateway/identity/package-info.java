/**
 * Authentication and authorization: client certificates, tokens, impersonation, and the call to the authorizer. Uses HTTP
 * exchanges and images; verbs never look at credentials themselves.
 */
@NullMarked
package io.shiplog.gateway.identity;

import org.jspecify.annotations.NullMarked;
