/** Tests of ReplicaSets and ReplicationControllers. */
@NullMarked
package io.shiplog.command.control.replicas;

import org.jspecify.annotations.NullMarked;
