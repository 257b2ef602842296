/** Answers as text. */
@NullMarked
package io.shiplog.docker.history.text;

import org.jspecify.annotations.NullMarked;
