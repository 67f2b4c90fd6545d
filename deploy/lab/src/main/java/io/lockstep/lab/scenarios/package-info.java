/**
 * The scenarios, by subject.
 */
@NullMarked
package io.lockstep.lab.scenarios;

import org.jspecify.annotations.NullMarked;
