/**
 * Tokens of ServiceAccounts: signed claims about existing objects. Tokens of a TokenRequest have no event; those of token
 * Secrets are stored in the Secret. Used by the command side's assembly and by the controller of token Secrets; verifying a
 * token needs only the public key.
 */
@NullMarked
package io.shiplog.command.token;

import org.jspecify.annotations.NullMarked;
