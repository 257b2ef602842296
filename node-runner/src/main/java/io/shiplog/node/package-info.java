/**
 * The node runner, one per machine: runs the pods bound to its nodes and reports their state as commands. Depends on events,
 * projections and docker-java.
 */
@NullMarked
package io.shiplog.node;

import org.jspecify.annotations.NullMarked;
