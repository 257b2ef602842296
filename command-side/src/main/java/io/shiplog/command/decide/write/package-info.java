/**
 * The writes of Kubernetes, for all kinds: create, update, apply, scale, delete, with the calls of a kind's own rules in their
 * order, and the decisions that they give. Called by slices; depends on {@code object}, {@code command.kind}, {@code
 * command.merge} and {@code command.patch}.
 */
@NullMarked
package io.shiplog.command.decide.write;

import org.jspecify.annotations.NullMarked;
