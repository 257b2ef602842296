/**
 * Arguments that several commands share. {@code …Option} and {@code …Options} are picocli mixins, {@code …Converter} parses
 * one value. Depends on the home and on the settings of the command side.
 */
@NullMarked
package io.shiplog.docker.launch.cli;

import org.jspecify.annotations.NullMarked;
