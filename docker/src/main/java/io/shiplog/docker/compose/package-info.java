/**
 * Compose files as Kubernetes objects. Reading, merging and converting are pure functions of texts and an environment; {@code ComposeCommand}
 * reads the files, builds images and talks to the cluster. Rules: <a href="https://github.com/compose-spec/compose-spec">the Compose
 * Specification</a>; names and defaults as in <a href="https://kompose.io/conversion/">Kompose</a>.
 */
@NullMarked
package io.shiplog.docker.compose;

import org.jspecify.annotations.NullMarked;
