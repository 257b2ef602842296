package io.shiplog.node.pod.port;

import io.shiplog.node.image.PulledImages;
import io.shiplog.node.volume.ImageFolders;

/**
 * The images of a node.
 *
 * @param folders their files, as volumes
 * @param pulled those that the node has brought to the machine
 */
public record NodeImages(ImageFolders folders, PulledImages pulled) {}
