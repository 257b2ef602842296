/**
 * The state derived from the log, a room for each part: {@code image} is the state itself, {@code live} keeps it current,
 * {@code watch} hands out its changes, {@code travel} finds earlier ones, {@code snapshot} and {@code keyframe} describe what is
 * saved and {@code kafka} saves it; {@code history} answers questions about the past and {@code access} decides who may ask.
 * Everything here is a function of the log and can be discarded and rebuilt. Depends only on the events module.
 */
@NullMarked
package io.shiplog.projections;

import org.jspecify.annotations.NullMarked;
