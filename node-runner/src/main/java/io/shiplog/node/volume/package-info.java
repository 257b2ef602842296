/**
 * A pod's directories on the machine: the content of its volumes, their paths, and atomic updates under running containers.
 * Contents are computed without a disk; only {@link io.shiplog.node.volume.AtomicFolder} and {@link
 * io.shiplog.node.volume.PodFolders} write.
 */
@NullMarked
package io.shiplog.node.volume;

import org.jspecify.annotations.NullMarked;
