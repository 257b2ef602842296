/** Tests of the controller of ServiceCIDRs. */
@NullMarked
package io.shiplog.command.control.ranges;

import org.jspecify.annotations.NullMarked;
