/**
 * Tokens of ServiceAccounts: signed statements about objects that exist. Those of a TokenRequest have no event of their own; those of
 * token Secrets are stored in the Secret. Used by the command side's assembly and by the controller of token Secrets; checking a token
 * needs only the public key.
 */
@NullMarked
package io.shiplog.command.token;

import org.jspecify.annotations.NullMarked;
