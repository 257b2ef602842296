/** Addresses of Services of type LoadBalancer. May depend on the control loop and its views. */
@NullMarked
package io.shiplog.command.control.balancer;

import org.jspecify.annotations.NullMarked;
