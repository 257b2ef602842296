/** The state of ServiceCIDRs: ready, or in use after their deletion. May depend on the control loop and on the kinds. */
@NullMarked
package io.shiplog.command.control.ranges;

import org.jspecify.annotations.NullMarked;
