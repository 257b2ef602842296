/**
 * Arguments that several commands share. {@code …Option} and {@code …Options} are picocli mixins, {@code …Converter} parses one
 * value. Depends only on the home.
 */
@NullMarked
package io.shiplog.docker.launch.cli;

import org.jspecify.annotations.NullMarked;
