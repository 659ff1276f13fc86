"""Contains all the data models used in inputs/outputs"""

from .applicability import Applicability
from .applicability_info import ApplicabilityInfo
from .embedded_item import EmbeddedItem
from .embeddings_request import EmbeddingsRequest
from .embeddings_request_encoding import EmbeddingsRequestEncoding
from .embeddings_request_on_truncation import EmbeddingsRequestOnTruncation
from .embeddings_request_pooling import EmbeddingsRequestPooling
from .embeddings_response import EmbeddingsResponse
from .field_error import FieldError
from .head_info import HeadInfo
from .head_info_metrics import HeadInfoMetrics
from .head_info_training import HeadInfoTraining
from .health import Health
from .item_error import ItemError
from .job import Job
from .job_counts import JobCounts
from .job_error import JobError
from .job_input import JobInput
from .job_input_format import JobInputFormat
from .job_list import JobList
from .job_output import JobOutput
from .job_outputs import JobOutputs
from .job_request import JobRequest
from .job_request_on_truncation import JobRequestOnTruncation
from .job_request_type import JobRequestType
from .model import Model
from .model_card import ModelCard
from .model_limits import ModelLimits
from .model_list import ModelList
from .model_ref import ModelRef
from .molecule import Molecule
from .predicted_item import PredictedItem
from .prediction import Prediction
from .predictions_request import PredictionsRequest
from .predictions_request_on_truncation import PredictionsRequestOnTruncation
from .predictions_response import PredictionsResponse
from .problem import Problem
from .similar_molecule import SimilarMolecule
from .similarity_filter import SimilarityFilter
from .similarity_query import SimilarityQuery
from .similarity_request import SimilarityRequest
from .similarity_response import SimilarityResponse
from .standardize_request import StandardizeRequest
from .standardize_response import StandardizeResponse
from .standardized_item import StandardizedItem
from .stored_embedding import StoredEmbedding
from .stored_embeddings import StoredEmbeddings
from .summary import Summary
from .target import Target
from .tokenize_request import TokenizeRequest
from .tokenize_response import TokenizeResponse
from .tokenized_item import TokenizedItem
from .tokenizer_info import TokenizerInfo
from .tokenizer_info_sha_256 import TokenizerInfoSha256
from .warning import Warning_

__all__ = (
    "Applicability",
    "ApplicabilityInfo",
    "EmbeddedItem",
    "EmbeddingsRequest",
    "EmbeddingsRequestEncoding",
    "EmbeddingsRequestOnTruncation",
    "EmbeddingsRequestPooling",
    "EmbeddingsResponse",
    "FieldError",
    "HeadInfo",
    "HeadInfoMetrics",
    "HeadInfoTraining",
    "Health",
    "ItemError",
    "Job",
    "JobCounts",
    "JobError",
    "JobInput",
    "JobInputFormat",
    "JobList",
    "JobOutput",
    "JobOutputs",
    "JobRequest",
    "JobRequestOnTruncation",
    "JobRequestType",
    "Model",
    "ModelCard",
    "ModelLimits",
    "ModelList",
    "ModelRef",
    "Molecule",
    "PredictedItem",
    "Prediction",
    "PredictionsRequest",
    "PredictionsRequestOnTruncation",
    "PredictionsResponse",
    "Problem",
    "SimilarityFilter",
    "SimilarityQuery",
    "SimilarityRequest",
    "SimilarityResponse",
    "SimilarMolecule",
    "StandardizedItem",
    "StandardizeRequest",
    "StandardizeResponse",
    "StoredEmbedding",
    "StoredEmbeddings",
    "Summary",
    "Target",
    "TokenizedItem",
    "TokenizeRequest",
    "TokenizeResponse",
    "TokenizerInfo",
    "TokenizerInfoSha256",
    "Warning_",
)
