package io.lockstep.proof.mutant;

import io.lockstep.proof.model.Rules;

/**
 * The rules with one of them replaced.
 *
 * @param name in a few words joined by dashes
 * @param breaks what the replaced rule does
 * @param configuration the one of the model that is likely to catch it, which is tried first
 */
public record Mutant(String name, String breaks, String configuration, Rules rules) {}
