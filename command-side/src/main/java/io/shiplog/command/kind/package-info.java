/**
 * A kind: its description, the rules for its objects ({@link io.shiplog.command.kind.Kind}), and what these rules may read and
 * require. Each kind is a class in the package of its API group below this one, a large kind a package of its own; {@code
 * builtin} lists them. The decider knows kinds by this interface alone. Depends on {@code kind.check}; shared checks are in {@code check},
 * access to trees in {@code tree}, formats of messages in {@code message}.
 */
@NullMarked
package io.shiplog.command.kind;

import org.jspecify.annotations.NullMarked;
