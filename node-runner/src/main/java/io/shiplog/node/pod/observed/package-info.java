/**
 * What a node sees of a pod: its containers by run, its address, failures and probe results, and how far each container has come.
 * Values only: the actor builds them, plans and statuses read them. Depends on {@code desired} and the engine's container type.
 */
@NullMarked
package io.shiplog.node.pod.observed;

import org.jspecify.annotations.NullMarked;
