/**
 * A container engine without containers: a fake of Docker for tests and plans. It satisfies the same contract; the test sets
 * what a container's process does.
 */
@NullMarked
package io.shiplog.node.engine.memory;

import org.jspecify.annotations.NullMarked;
