/** Well-known molecules, as name and SMILES: facts of chemistry, written down by hand. */
export const molecules = `
aspirin CC(=O)Oc1ccccc1C(=O)O
salicylic acid O=C(O)c1ccccc1O
paracetamol CC(=O)Nc1ccc(O)cc1
ibuprofen CC(C)Cc1ccc(cc1)C(C)C(=O)O
naproxen COc1ccc2cc(ccc2c1)C(C)C(=O)O
caffeine Cn1cnc2c1c(=O)n(C)c(=O)n2C
theobromine Cn1cnc2c1c(=O)[nH]c(=O)n2C
theophylline Cn1c2nc[nH]c2c(=O)n(C)c1=O
nicotine CN1CCCC1c1cccnc1
nicotinamide NC(=O)c1cccnc1
isoniazid NNC(=O)c1ccncc1
pyrazinamide NC(=O)c1cnccn1
metformin CN(C)C(=N)NC(=N)N
dopamine NCCc1ccc(O)c(O)c1
serotonin NCCc1c[nH]c2ccc(O)cc12
melatonin COc1ccc2[nH]cc(CCNC(C)=O)c2c1
tryptamine NCCc1c[nH]c2ccccc12
histamine NCCc1c[nH]cn1
adrenaline CNCC(O)c1ccc(O)c(O)c1
ephedrine CNC(C)C(O)c1ccccc1
lidocaine CCN(CC)CC(=O)Nc1c(C)cccc1C
procaine CCN(CC)CCOC(=O)c1ccc(N)cc1
benzocaine CCOC(=O)c1ccc(N)cc1
diazepam CN1C(=O)CN=C(c2ccccc2)c2cc(Cl)ccc12
phenobarbital CCC1(c2ccccc2)C(=O)NC(=O)NC1=O
phenytoin O=C1NC(=O)C(c2ccccc2)(c2ccccc2)N1
carbamazepine NC(=O)N1c2ccccc2C=Cc2ccccc12
fluoxetine CNCCC(Oc1ccc(cc1)C(F)(F)F)c1ccccc1
diphenhydramine CN(C)CCOC(c1ccccc1)c1ccccc1
chlorpromazine CN(C)CCCN1c2ccccc2Sc2ccc(Cl)cc12
sulfanilamide Nc1ccc(cc1)S(N)(=O)=O
sulfamethoxazole Cc1cc(NS(=O)(=O)c2ccc(N)cc2)no1
trimethoprim COc1cc(Cc2cnc(N)nc2N)cc(OC)c1OC
metronidazole Cc1ncc([N+](=O)[O-])n1CCO
fluconazole OC(Cn1cncn1)(Cn1cncn1)c1ccc(F)cc1F
ciprofloxacin O=C(O)c1cn(C2CC2)c2cc(N3CCNCC3)c(F)cc2c1=O
fluorouracil O=c1[nH]cc(F)c(=O)[nH]1
thymine Cc1c[nH]c(=O)[nH]c1=O
uracil O=c1cc[nH]c(=O)[nH]1
cytosine Nc1cc[nH]c(=O)n1
adenine Nc1ncnc2nc[nH]c12
benzene c1ccccc1
toluene Cc1ccccc1
phenol Oc1ccccc1
aniline Nc1ccccc1
benzoic acid O=C(O)c1ccccc1
pyridine c1ccncc1
indole c1ccc2[nH]ccc2c1
quinoline c1ccc2ncccc2c1
naphthalene c1ccc2ccccc2c1
anthracene c1ccc2cc3ccccc3cc2c1
furan c1ccoc1
thiophene c1ccsc1
imidazole c1c[nH]cn1
ethanol CCO
acetone CC(C)=O
glycerol OCC(O)CO
urea NC(N)=O
citric acid OC(=O)CC(O)(CC(=O)O)C(=O)O
lactic acid CC(O)C(=O)O
menthol CC(C)C1CCC(C)CC1O
camphor CC1(C)C2CCC1(C)C(=O)C2
vanillin COc1cc(C=O)ccc1O
limonene CC(=C)C1CCC(C)=CC1
`
  .trim()
  .split('\n')
  .map((line) => {
    const at = line.lastIndexOf(' ');
    return { name: line.slice(0, at), smiles: line.slice(at + 1) };
  });
