/**
 * What nodes and pods use now: asked from the nodes themselves, never from the log, since a measurement is no decision. The gateway answers metrics.k8s.io
 * from it, and the HorizontalPodAutoscalers' controller plans by it. Depends on images, and on nothing that depends on it. See docs/adr/0709.
 */
@NullMarked
package io.shiplog.projections.usage;

import org.jspecify.annotations.NullMarked;
