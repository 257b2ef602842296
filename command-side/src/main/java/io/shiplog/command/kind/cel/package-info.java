/**
 * Compiles the CEL expressions of objects, as Kubernetes does when they are written. It knows kinds only by the types of their variables.
 * Nothing is evaluated here.
 */
@NullMarked
package io.shiplog.command.kind.cel;

import org.jspecify.annotations.NullMarked;
