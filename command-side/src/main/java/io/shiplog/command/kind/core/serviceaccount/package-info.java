/** ServiceAccounts. */
@NullMarked
package io.shiplog.command.kind.core.serviceaccount;

import org.jspecify.annotations.NullMarked;
