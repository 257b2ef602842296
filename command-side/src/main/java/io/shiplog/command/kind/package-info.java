/**
 * What a kind is: its description and its rules, and the checks that many kinds share. Each kind is a class in the folder of its
 * API group below this package, a large kind a folder of its own; {@code builtin} lists them. The decider knows kinds only by the
 * interface {@link io.shiplog.command.kind.Kind}.
 */
@NullMarked
package io.shiplog.command.kind;

import org.jspecify.annotations.NullMarked;
