/**
 * IPv4 addresses and ranges as values. Text from objects becomes an address here or nothing at all, so that no text of a user's ever
 * reaches a command. Depends on nothing.
 */
@NullMarked
package io.shiplog.node.net.address;

import org.jspecify.annotations.NullMarked;
