/**
 * What each namespace must hold soon after it is made: the ServiceAccount {@code default} and the cluster's CA. Clients and test
 * suites wait for both. May depend on the loop and the views only.
 */
@NullMarked
package io.shiplog.command.control.account;

import org.jspecify.annotations.NullMarked;
