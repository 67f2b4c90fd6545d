/**
 * How results look: tables for people, JSON for programs.
 *
 * <p>Guarantee: no character that a terminal would act on reaches a table, whatever a domain or reason contains.
 */
@NullMarked
package io.lockstep.cli.output;

import org.jspecify.annotations.NullMarked;
