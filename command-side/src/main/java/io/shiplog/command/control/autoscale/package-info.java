/**
 * Scales objects to what their HorizontalPodAutoscalers' metrics ask for: a plan of the image, the time and a reading of what pods use. The arithmetic of
 * utilization, of windows and of policies is pure; recommendations of the last hour are held in memory.
 */
@NullMarked
package io.shiplog.command.control.autoscale;

import org.jspecify.annotations.NullMarked;
