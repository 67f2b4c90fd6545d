/**
 * What a scenario is made of, and how a run of them is told and judged.
 */
@NullMarked
package io.lockstep.lab.scenario;

import org.jspecify.annotations.NullMarked;
