/**
 * Tokens of ServiceAccounts: signed statements about objects that exist, with no event of their own. Used by the command side's
 * assembly alone; who checks tokens needs only the public key.
 */
@NullMarked
package io.shiplog.command.token;

import org.jspecify.annotations.NullMarked;
