/**
 * IPv4 addresses and ranges as values. Text from objects is parsed to an address here or rejected, so that no user's text
 * reaches a command. Depends on nothing.
 */
@NullMarked
package io.shiplog.node.net.address;

import org.jspecify.annotations.NullMarked;
