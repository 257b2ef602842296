/**
 * ServiceAccounts and what belongs to them: what each namespace must hold soon after it is made (the ServiceAccount {@code default} and
 * the cluster's CA; clients and test suites wait for both), and the Secrets that hold tokens. May depend on the loop, the views and
 * {@code token} only.
 */
@NullMarked
package io.shiplog.command.control.account;

import org.jspecify.annotations.NullMarked;
