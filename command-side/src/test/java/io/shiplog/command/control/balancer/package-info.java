/** Tests of {@code io.shiplog.command.control.balancer}. */
@NullMarked
package io.shiplog.command.control.balancer;

import org.jspecify.annotations.NullMarked;
