/**
 * The patch forms of Kubernetes, each a function from a tree and a patch to a tree: JSON patch, merge patch, strategic merge
 * patch. What lists merge by which key is data. Depends on the events module alone.
 */
@NullMarked
package io.shiplog.command.patch;

import org.jspecify.annotations.NullMarked;
