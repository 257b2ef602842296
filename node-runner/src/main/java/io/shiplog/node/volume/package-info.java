/**
 * A pod's folders on the machine: what its volumes hold, where they lie, and how files change under running containers so that
 * none ever sees half of a change. Contents are computed without touching a disk; only {@link io.shiplog.node.volume.AtomicFolder} and {@link
 * io.shiplog.node.volume.PodFolders} write.
 */
@NullMarked
package io.shiplog.node.volume;

import org.jspecify.annotations.NullMarked;
