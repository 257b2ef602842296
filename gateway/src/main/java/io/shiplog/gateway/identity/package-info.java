/**
 * Who is asking and whether they may: client certificates, tokens, impersonation, and the question to the authorizer. Knows
 * HTTP exchanges and images; verbs never look at credentials themselves.
 */
@NullMarked
package io.shiplog.gateway.identity;

import org.jspecify.annotations.NullMarked;
