/**
 * Keeps scaled objects within the bounds of their HorizontalPodAutoscalers. Pure functions from an image to commands. There are no
 * metrics yet: a target within its bounds keeps its size, and the conditions say why.
 */
@NullMarked
package io.shiplog.command.control.autoscale;

import org.jspecify.annotations.NullMarked;
