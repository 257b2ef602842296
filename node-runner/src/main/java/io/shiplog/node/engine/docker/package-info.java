/**
 * The container engine through Docker Engine's API: the only package that uses docker-java. Created by the node runner's
 * assembly, used as a {@link io.shiplog.node.engine.ContainerEngine}.
 */
@NullMarked
package io.shiplog.node.engine.docker;

import org.jspecify.annotations.NullMarked;
