/**
 * A container engine without containers: the twin of Docker for tests and for looking at plans. Obeys the same contract; what a
 * container's process would do is told by the test that holds it.
 */
@NullMarked
package io.shiplog.node.engine.memory;

import org.jspecify.annotations.NullMarked;
