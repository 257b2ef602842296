/**
 * The process managers: each a function from an image to commands, in its own package, all driven by one loop. This package
 * assembles and starts them. Only the assembly of the command side may depend on it.
 */
@NullMarked
package io.shiplog.command.control;

import org.jspecify.annotations.NullMarked;
