/**
 * The way to pods of other machines. From the nodes of an image to routes, plain ones within one subnet and a VXLAN beyond it (pure), and the
 * thread that keeps them. Depends on the image, on addresses and on the machine.
 *
 * @see <a href="https://kubernetes.io/docs/concepts/cluster-administration/networking/">Cluster networking</a>
 */
@NullMarked
package io.shiplog.node.net.machines;

import org.jspecify.annotations.NullMarked;
