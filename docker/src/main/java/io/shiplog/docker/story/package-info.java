/**
 * The verbs by which people ask a cluster about its past, log, get, diff, blame, why and explain-schedule, and by which they take
 * something of it back or out of it, undo and shred. Each asks the API and writes down what it answers; they decide
 * nothing.
 */
@NullMarked
package io.shiplog.docker.story;

import org.jspecify.annotations.NullMarked;
