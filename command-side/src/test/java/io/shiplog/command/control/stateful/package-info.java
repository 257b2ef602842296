/** Tests of the StatefulSet controller in a cluster with driven time. */
@NullMarked
package io.shiplog.command.control.stateful;

import org.jspecify.annotations.NullMarked;
