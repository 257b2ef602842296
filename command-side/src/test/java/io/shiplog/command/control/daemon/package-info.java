/** Tests of the DaemonSet controller in a cluster with driven time. */
@NullMarked
package io.shiplog.command.control.daemon;

import org.jspecify.annotations.NullMarked;
