/**
 * How Kubernetes shows objects in messages: as Go values, and as a unified diff. Pure functions. Called by kinds; depends on
 * no other package.
 */
@NullMarked
package io.shiplog.command.kind.message;

import org.jspecify.annotations.NullMarked;
