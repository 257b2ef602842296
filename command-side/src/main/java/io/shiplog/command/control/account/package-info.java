/**
 * ServiceAccounts and their objects: those that each new namespace needs (the ServiceAccount {@code default} and the cluster's
 * CA; clients and test suites wait for both), and token Secrets. May depend only on the loop, the views and {@code token}.
 */
@NullMarked
package io.shiplog.command.control.account;

import org.jspecify.annotations.NullMarked;
