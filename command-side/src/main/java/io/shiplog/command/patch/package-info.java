/**
 * Kubernetes' patch forms, each a function from a tree and a patch to a tree: JSON patch, merge patch, strategic merge patch.
 * Merge keys are data. Depends on events and {@code kind.schema}.
 */
@NullMarked
package io.shiplog.command.patch;

import org.jspecify.annotations.NullMarked;
