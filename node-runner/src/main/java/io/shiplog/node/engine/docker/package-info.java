/**
 * The container engine over Docker Engine's API, through docker-java: the only package that knows docker-java. Made by the node
 * runner's assembly, used as a {@link io.shiplog.node.engine.ContainerEngine}.
 */
@NullMarked
package io.shiplog.node.engine.docker;

import org.jspecify.annotations.NullMarked;
